import { loadPhoneMessages } from '$lib/messages/phone';

export const load = (): Promise<void> => loadPhoneMessages();
