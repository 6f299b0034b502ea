import { translate } from './language';
import { vi } from './phone/vi';

export const t = { ...vi };

export const loadPhoneMessages = (): Promise<void> => translate(t, () => import('./phone/en'));
