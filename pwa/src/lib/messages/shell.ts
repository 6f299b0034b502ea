import { translate } from './language';
import { vi } from './shell/vi';

export const t = { ...vi };

export const loadShellMessages = (): Promise<void> => translate(t, () => import('./shell/en'));
