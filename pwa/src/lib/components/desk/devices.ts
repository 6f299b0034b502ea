import { daysSince } from './days';

/** A phone that keeps a unit's log. */
export interface DeviceRow {
  device_name: string;
  person_name: string;
  unit: { id: string; name: string };
  enrolled_at: number;
  last_contact?: number | null;
  /** Changes the server refused; the phone has told its officer why. */
  refused: number;
  /** Changes kept but not readable; an administrator has to look. */
  set_aside: number;
  revoked: boolean;
}

/** Longer than this without contact is worth a call: a trip to the market town falls within. */
export const SILENT_DAYS = 12;

/** Whether a phone in use has not been heard of for long. One that never was counts from its enrolment. */
export function isSilent(device: DeviceRow, now: number): boolean {
  return !device.revoked && daysSince(device.last_contact ?? device.enrolled_at, now) > SILENT_DAYS;
}

/** Those that need somebody first, then by the time they were last heard of; revoked ones last. */
export function byNeed(devices: readonly DeviceRow[], now: number): DeviceRow[] {
  const need = (device: DeviceRow) =>
    device.revoked ? -1 : (device.refused > 0 || device.set_aside > 0 ? 2 : 0) + (isSilent(device, now) ? 1 : 0);
  return [...devices].sort((a, b) => need(b) - need(a) || (a.last_contact ?? 0) - (b.last_contact ?? 0));
}
