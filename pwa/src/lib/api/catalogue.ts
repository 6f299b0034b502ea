import type { Bilingual } from '$lib/messages/language';

/** The parts of the plan's catalogue that the desk reads. The whole of it is `client_core::catalogue::Catalogue`. */
export interface Catalogue {
  tasks: CatalogueTask[];
  activity_types: CatalogueType[];
  common_fields: CatalogueField[];
  indicators: CatalogueIndicator[];
}

/** A node of the plan. */
export interface CatalogueTask {
  code: string;
  parent: string | null;
  title: Bilingual;
}

/** A kind of entry. */
export interface CatalogueType {
  code: string;
  label: Bilingual;
  fields: CatalogueField[];
  states: { code: string; label: Bilingual }[];
  /** The fields that count, in order. */
  headline: string[];
}

/** A field of an entry. */
export interface CatalogueField {
  name: string;
  label: Bilingual;
  kind: string;
}

/** A number, or a text, that reports carry. */
export interface CatalogueIndicator {
  code: string;
  label: Bilingual;
  unit: Bilingual;
  kind: 'count' | 'people' | 'money_vnd' | 'percent' | 'text';
  measure: 'flow' | 'stock';
  aggregate_up: { method: string };
  tiers: string[];
  /** In the short report. */
  core: boolean;
  note_vi: string | null;
}
