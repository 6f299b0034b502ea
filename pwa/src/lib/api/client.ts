import type { Catalogue } from '$lib/replica/types/Catalogue';
import { Problem } from './problem';
import type { Device, Drill, EntryDetail, EntryRow, Me, Overview, Period, UnitReport } from './types';

/** Signs a person in; the session is a cookie that scripts cannot read. */
export function signIn(login: string, password: string): Promise<Me> {
  return request('POST', '/sign-in', { login, password });
}

export function signOut(): Promise<void> {
  return request('POST', '/sign-out', {});
}

/** Who is signed in. */
export function me(): Promise<Me> {
  return request('GET', '/me');
}

/** Reporting periods, newest first. */
export function periods(): Promise<Period[]> {
  return request('GET', '/periods');
}

export function catalogue(): Promise<Catalogue> {
  return request('GET', '/catalogue');
}

export function overview(unit: string, period: string): Promise<Overview> {
  return request('GET', `/overview?${new URLSearchParams({ unit, period })}`);
}

export function unitReport(unit: string, period: string): Promise<UnitReport> {
  return request('GET', `/units/${encodeURIComponent(unit)}/report?${new URLSearchParams({ period })}`);
}

export function drill(unit: string, indicator: string, period: string): Promise<Drill> {
  return request(
    'GET',
    `/units/${encodeURIComponent(unit)}/indicators/${encodeURIComponent(indicator)}?${new URLSearchParams({ period })}`,
  );
}

export function entries(unit: string, period: string): Promise<EntryRow[]> {
  return request('GET', `/units/${encodeURIComponent(unit)}/entries?${new URLSearchParams({ period })}`);
}

export function entry(unit: string, id: string): Promise<EntryDetail> {
  return request('GET', `/units/${encodeURIComponent(unit)}/entries/${encodeURIComponent(id)}`);
}

export function devices(): Promise<Device[]> {
  return request('GET', '/devices');
}

async function request<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw Problem.offline();
  }
  if (!response.ok) {
    throw Problem.from(response, await response.json().catch(() => null));
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}
