/** What the line in the header says: the truth about this device's work, in few words. */
import { t } from '$lib/messages/phone';
import type { Status } from '$lib/replica/types/Status';
import type { Mark } from '../StateMark.svelte';

export interface Situation {
  mark: Mark;
  /** A person is needed, or there is no way out. */
  care: boolean;
  text: string;
  /** A sentence that says what to do. */
  advice: string;
}

/** `online` is what the browser believes; it can only say no with certainty. */
export function situation(status: Status, online: boolean): Situation {
  if (status.storage_full)
    return { mark: 'error', care: true, text: t.sync.storageFull, advice: t.sync.storageFullText };
  if (status.revoked) return { mark: 'error', care: true, text: t.sync.revoked, advice: t.sync.revokedText };
  if (!online)
    return { mark: 'offline', care: true, text: t.sync.offline, advice: `${t.sync.offlineText} ${t.sync.bySelf}` };
  if (status.phase === 'sending') {
    // After a failure, nobody knows that anything gets through until something does.
    if (status.problem !== null)
      return { mark: 'sending', care: false, text: t.sync.tryingAgain, advice: t.sync.offlineText };
    return { mark: 'sending', care: false, text: status.waiting > 0 ? t.sync.sending : t.sync.receiving, advice: '' };
  }
  switch (status.problem) {
    case 'unreachable':
      return {
        mark: 'offline',
        care: true,
        text: t.sync.unreachable,
        advice: `${t.sync.offlineText} ${t.sync.bySelf}`,
      };
    case 'not_the_server':
      return { mark: 'warning', care: true, text: t.sync.notTheServer, advice: t.sync.notTheServerText };
    case 'server_busy':
      return { mark: 'offline', care: false, text: t.sync.serverBusy, advice: t.sync.offlineText };
    case 'app_too_old':
      return { mark: 'warning', care: true, text: t.sync.appTooOld, advice: t.sync.appTooOldText };
    case 'rejected':
      return { mark: 'error', care: true, text: t.sync.rejected, advice: t.sync.rejectedText };
    case null:
      break;
  }
  if (status.waiting > 0) return { mark: 'on_device', care: false, text: t.sync.willSend, advice: t.sync.bySelf };
  // Nothing waits; but what was refused did not go, and what another unit left cannot.
  if (status.refused > 0)
    return { mark: 'refused', care: true, text: t.sync.refused(status.refused), advice: t.sync.othersSent };
  if (status.last_contact === null) return { mark: 'on_device', care: false, text: t.sync.nothingYet, advice: '' };
  if (status.elsewhere > 0) return { mark: 'received', care: false, text: t.sync.ownSent, advice: '' };
  return { mark: 'received', care: false, text: t.sync.allSent, advice: '' };
}

/** What is counted beside it: what a person must look at comes before what goes by itself. Nothing is said twice. */
export function counted(status: Status, said: Situation): { text: string; care: boolean } | undefined {
  if (status.refused > 0 && said.mark !== 'refused') return { text: t.sync.refused(status.refused), care: true };
  if (status.waiting > 0) return { text: t.sync.waiting(status.waiting), care: false };
  if (status.conflicts > 0) return { text: t.sync.conflicts(status.conflicts), care: true };
  // Nothing that this unit can do anything about, but not everything on this phone was sent.
  if (status.elsewhere > 0) return { text: t.sync.elsewhere(status.elsewhere), care: false };
  return undefined;
}
