import type { Catalogue } from './types/Catalogue';
import type { Draft } from './types/Draft';
import type { DraftCheck } from './types/DraftCheck';
import type { EntryDetail } from './types/EntryDetail';
import type { EntryList } from './types/EntryList';
import type { Input } from './types/Input';
import type { Outbox } from './types/Outbox';
import type { Outcome } from './types/Outcome';
import type { Query } from './types/Query';
import type { Report } from './types/Report';
import type { ReportCard } from './types/ReportCard';
import type { Status } from './types/Status';
import type { Today } from './types/Today';
import type { TypeList } from './types/TypeList';
import type { UnitName } from './types/UnitName';

/** What each query is answered with. */
export interface Answers {
  status: Status;
  catalogue: Catalogue;
  today: Today;
  entries: EntryList;
  entry: EntryDetail | null;
  check_draft: DraftCheck;
  drafts: Draft[];
  titles: string[];
  reports: ReportCard[];
  /** Null when there is no such period. */
  report: Report | null;
  outbox: Outbox;
  units: UnitName[];
  types: TypeList;
  /** Null when there is nothing here to copy. */
  copy_of: Draft['fields'] | null;
  asked: string[];
}

export type Answer<Q extends Query> = Answers[Q['type']];

/** The inputs that people cause. The others (storage, network, alarms) are the shell's own. */
export type ScreenInput = Extract<
  Input,
  {
    type:
      | 'enrol'
      | 'keep_draft'
      | 'drop_draft'
      | 'keep_declaring'
      | 'drop_declaring'
      | 'drop_left'
      | 'save_entry'
      | 'delete_entry'
      | 'restore_entry'
      | 'resolve_conflict'
      | 'declare'
      | 'choose_declared'
      | 'submit'
      | 'wake';
  }
>;

/** This device's replica, as screens see it. */
export interface Replica {
  /** Answers from what this device holds; never waits for the network. */
  query<Q extends Query>(query: Q): Promise<Answer<Q>>;
  /** Hands in what the person did. When the promise resolves with `done`, it is on disk. */
  send(input: ScreenInput): Promise<Outcome>;
  /** Calls back whenever answers may have changed, in any tab. Returns how to stop. */
  onChanged(listener: () => void): () => void;
}
