import { loadDeskMessages } from '$lib/messages/desk';

export const load = (): Promise<void> => loadDeskMessages();
