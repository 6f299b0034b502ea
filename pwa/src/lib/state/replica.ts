import { createContext } from 'svelte';
import type { Replica } from '$lib/replica/client';

/** Set in `routes/(phone)/+layout.svelte`: the desk never starts a replica. */
export const [getReplica, setReplica] = createContext<Replica>();
