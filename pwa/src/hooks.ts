import type { Reroute } from '@sveltejs/kit';

/** Leads to no page. */
const NOWHERE = '/khong-co-trang-nay';

/** An address that is no text, such as `/%ff`, is one that leads nowhere: the router itself would stop at it. */
export const reroute: Reroute = ({ url }) => {
  try {
    decodeURI(url.pathname);
    return undefined;
  } catch {
    return NOWHERE;
  }
};
