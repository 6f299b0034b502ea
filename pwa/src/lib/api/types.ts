export interface UnitRef {
  id: string;
  name: string;
}
export interface Unit extends UnitRef {
  tier: string;
  leaf: boolean;
}
export interface Me {
  person_name: string;
  role: string;
  unit: UnitRef;
  demo: boolean;
}
export interface Period {
  key: string;
  name_vi: string;
  name_en: string;
  first_day: string;
  last_day: string;
  due: string;
  open: boolean;
}
export interface Completeness {
  expected: number;
  submitted: number;
  on_time: number;
  late: number;
  missing: number;
}
export interface OverviewIndicator {
  code: string;
  value: number | null;
  text: string | null;
  previous: number | null;
  numerator: number | null;
  denominator: number | null;
  min: number | null;
  max: number | null;
}
export interface OverviewChild {
  unit: Unit;
  completeness: Completeness;
  values: Record<string, number | null>;
}
export interface Overview {
  unit: Unit;
  period: string;
  path: UnitRef[];
  completeness: Completeness;
  indicators: OverviewIndicator[];
  children: OverviewChild[];
}
export interface Declared {
  value: number | null;
  text: string | null;
  reason: string;
  by: string;
  at: number;
}
export interface ReportIndicator {
  code: string;
  value: number | null;
  text: string | null;
  derived: number | null;
  declared: Declared | null;
  numerator: number | null;
  denominator: number | null;
  sources_count: number;
  conflict: boolean;
}
export interface Submission {
  state: 'none' | 'received';
  submitted_at?: number;
  received_at?: number;
  on_time?: boolean;
  changed?: number;
}
export interface UnitReport {
  unit: Unit;
  path: UnitRef[];
  period: string;
  indicators: ReportIndicator[];
  submission: Submission;
}
export interface DrillChild {
  unit: Unit;
  value: number | null;
  submitted: boolean;
}
export interface DrillSource {
  entry: string;
  document: string;
  title: string;
  date: string;
  type: string;
  contribution: number | null;
}
export interface Drill {
  unit: Unit;
  indicator: string;
  value: number | null;
  children: DrillChild[];
  sources: DrillSource[];
}
export interface EntryRow {
  entry: string;
  document: string;
  type: string;
  date: string;
  title: string;
  figures: { vi: string; en: string }[];
  state: string | null;
  conflicts: number;
  deleted: boolean;
  changed_at: number;
}
export interface EntryField {
  display_vi: string;
  display_en: string;
  raw: unknown;
}
export interface ConflictValue {
  display_vi: string;
  display_en: string;
  person_name: string;
  device_name: string;
  at: number;
}
export interface EntryDetail {
  entry: string;
  document: string;
  type: string;
  date: string;
  title: string;
  fields: Record<string, EntryField>;
  conflicts: { field: string; values: ConflictValue[] }[];
  created_by: string;
  created_at: number;
  changed_by: string;
  changed_at: number;
  deleted_at: number | null;
  state: string | null;
}
export interface Device {
  device_name: string;
  person_name: string;
  unit: UnitRef;
  enrolled_at: number;
  last_contact: number | null;
  refused: number;
  set_aside: number;
  revoked: boolean;
}
