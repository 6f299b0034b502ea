import { connectReplica } from '$lib/replica/connect';

// The core takes as long to load as the phone's screens do: beside them, not after. The desk reads the server.
if (!location.pathname.startsWith('/desk')) connectReplica();
