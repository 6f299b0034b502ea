import { t } from '$lib/messages/phone';
import type { Doing } from '$lib/replica/types/Doing';

/** Who did something, as the reader calls them. */
export function doerName({ mine, person_name }: Doing): string {
  if (person_name === '') return t.entry.unknownDoer;
  return mine ? t.entry.you(person_name) : person_name;
}
