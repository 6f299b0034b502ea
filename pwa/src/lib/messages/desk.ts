import { translate } from './language';
import { vi } from './desk/vi';

export const t = { ...vi };

export const loadDeskMessages = (): Promise<void> => translate(t, () => import('./desk/en'));
