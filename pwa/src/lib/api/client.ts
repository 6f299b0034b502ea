import createClient from 'openapi-fetch';
import type { Catalogue } from '$lib/replica/types/Catalogue';
import { Problem } from './problem';
import type { components, paths } from './types';

type Schemas = components['schemas'];
export type Device = Schemas['Device'];
export type Drill = Schemas['Drill'];
export type EntryDetail = Schemas['EntryDetail'];
export type EntryRow = Schemas['EntryRow'];
export type IngestState = Schemas['IngestState'];
export type Me = Schemas['Me'];
export type Overview = Schemas['Overview'];
export type Period = Schemas['Period'];
export type Released = Schemas['Released'];
export type SetAsideChange = Schemas['SetAsideChange'];
export type UnitReport = Schemas['UnitReport'];

const server = createClient<paths>();

/** Signs a person in; the session is a cookie that scripts cannot read. */
export function signIn(login: string, password: string): Promise<Me> {
  return answer(server.POST('/api/v1/sign-in', { body: { login, password } }));
}

export async function signOut(): Promise<void> {
  await answer(server.POST('/api/v1/sign-out'));
}

/** Who is signed in. */
export function me(): Promise<Me> {
  return answer(server.GET('/api/v1/me'));
}

/** Reporting periods, newest first. */
export function periods(): Promise<Period[]> {
  return answer(server.GET('/api/v1/periods'));
}

/** The plan's catalogue, of which the API's description says only that it is JSON: the core has its types. */
export async function catalogue(): Promise<Catalogue> {
  return (await answer<unknown>(server.GET('/api/v1/catalogue'))) as Catalogue;
}

export function overview(unit: string, period: string): Promise<Overview> {
  return answer(server.GET('/api/v1/overview', { params: { query: { unit, period } } }));
}

export function unitReport(unit: string, period: string): Promise<UnitReport> {
  return answer(server.GET('/api/v1/units/{unit}/report', { params: { path: { unit }, query: { period } } }));
}

/** What stands behind one number. */
export function drill(unit: string, indicator: string, period: string): Promise<Drill> {
  return answer(
    server.GET('/api/v1/units/{unit}/indicators/{indicator}', {
      params: { path: { unit, indicator }, query: { period } },
    }),
  );
}

export function entries(unit: string, period: string): Promise<EntryRow[]> {
  return answer(server.GET('/api/v1/units/{unit}/entries', { params: { path: { unit }, query: { period } } }));
}

export function entry(unit: string, id: string): Promise<EntryDetail> {
  return answer(server.GET('/api/v1/units/{unit}/entries/{entry}', { params: { path: { unit, entry: id } } }));
}

export function devices(): Promise<Device[]> {
  return answer(server.GET('/api/v1/devices'));
}

/** How far behind the server is, and what stands still. For administrators. */
export function ingestState(): Promise<IngestState> {
  return answer(server.GET('/api/v1/ingest'));
}

/** Changes that were taken in and could not be applied. For administrators. */
export function setAside(): Promise<SetAsideChange[]> {
  return answer(server.GET('/api/v1/set-aside'));
}

/** Tries a set-aside change again. */
export function release(document: string, change: string): Promise<Released> {
  return answer(server.POST('/api/v1/set-aside/release', { body: { document, change } }));
}

/** The answer, or the problem: also when what answered was not the server, such as the sign-in page of a Wi-Fi. */
async function answer<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked.catch(() => {
    throw Problem.offline();
  });
  if (!response.ok) throw Problem.from(response, error);
  return data as T;
}
