import { inLanguage } from '$lib/messages/language';
import type { ActivityType } from '$lib/replica/types/ActivityType';

/** What an entry is called: its title, or in the person's language the name of its type when it has none of its own. */
export function entryName(title: string, type: ActivityType | undefined): string {
  return type && title === type.label.vi ? inLanguage(type.label) : title;
}
