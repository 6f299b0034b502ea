/** What every field of one form needs to know and may call. */
import type { Catalogue } from '$lib/replica/types/Catalogue';
import type { DraftFinding } from '$lib/replica/types/DraftFinding';
import type { RawValue } from '$lib/replica/types/RawValue';
import type { UnitName } from '$lib/replica/types/UnitName';
import type { FieldState } from './field-state';

export interface FormContext {
  catalogue: Catalogue;
  today: string;
  /** Org units that a field may name. */
  units: UnitName[];
  /** Codes of the indicators that are asked of the officer's unit. */
  asked: string[];
  /** Titles used before, the likeliest first; undefined until they are known. */
  titles: string[] | undefined;
  titleField: string | null;
  idOf: (name: string) => string;
  value: (name: string) => RawValue | undefined;
  stateOf: (name: string) => FieldState;
  /** Something was typed or chosen; not yet kept. */
  onedit: (name: string, value: RawValue) => void;
  /** The field was left: keep it. */
  onleave: (name: string) => void;
  onopen: (entry: string) => void;
  ondismiss: (finding: DraftFinding) => void;
}
