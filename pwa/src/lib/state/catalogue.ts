import { createContext } from 'svelte';
import type { Catalogue } from '$lib/replica/types/Catalogue';

/** The plan as data. It comes with the app and never changes while it is open. Set in `routes/(phone)/+layout.svelte`. */
export const [getCatalogue, setCatalogue] = createContext<() => Catalogue>();
