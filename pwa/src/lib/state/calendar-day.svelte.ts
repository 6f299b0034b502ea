import { createContext } from 'svelte';
import { dayOf } from '$lib/messages/format';

/** The device's day in Việt Nam. An app left open overnight notices when it is looked at again. */
export class CalendarDay {
  today = $state(dayOf(Date.now()));

  look(): void {
    this.today = dayOf(Date.now());
  }
}

/** Set in `routes/(phone)/+layout.svelte`. */
export const [getCalendarDay, setCalendarDay] = createContext<CalendarDay>();
