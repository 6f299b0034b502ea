import { inLanguage } from '$lib/messages/language';
import type { ActivityType } from '$lib/replica/types/ActivityType';
import type { Catalogue } from '$lib/replica/types/Catalogue';
import type { Derivation } from '$lib/replica/types/Derivation';
import type { Field } from '$lib/replica/types/Field';
import type { NumberKind } from './numbers';

/** An indicator as the desk shows it. */
export interface Figure {
  code: string;
  label: string;
  /** What is counted, such as "lượt người"; `unitOf` says it beside a number. */
  unit: string;
  /** What 1 of it is called. */
  unitOne: string;
  kind: NumberKind;
  /** Taken at the end of the period, not added up over it. */
  stock: boolean;
  /** Its values add up over units; a rate or an average does not. */
  addsUp: boolean;
  core: boolean;
  /** Its value for one unit is the sum of what entries bring. Others are counted apart, taken last, or divided. */
  sumsEntries: boolean;
}

/** What stands beside a figure's number: "1 session", "2 sessions". */
export function unitOf(figure: Pick<Figure, 'unit' | 'unitOne'>, value: number | null): string {
  return value === 1 ? figure.unitOne : figure.unit;
}

/** Figures under one heading of the plan. */
export interface FigureSection {
  code: string;
  title: string;
  figures: Figure[];
}

/** The ways of deriving a number that add entries up. */
const SUMMING: Derivation['method'][] = ['sum', 'count', 'sum_at', 'count_at', 'union_sum'];

/** What stands large on the overview, as far as the catalogue has it. Fills up with other core figures. */
const HEADLINE = ['II.1-02', 'II.2-04', 'II.2-07', 'II.3.2-06', 'II.3.2-08', 'II.3.3-05', 'II.3.4-02', '0-09'];

/** The plan's catalogue in the language in use, ready to look things up in. */
export class Plan {
  readonly figures: ReadonlyMap<string, Figure>;
  /** The figures on the overview's tiles. */
  readonly headline: Figure[];
  private readonly titles: Map<string, string>;
  private readonly types: Map<string, ActivityType>;
  private readonly common: Field[];

  constructor(
    catalogue: Catalogue,
    /** Heading of the figures that belong to no task. */
    private readonly generalTitle: string,
  ) {
    this.figures = new Map(
      catalogue.indicators.map((indicator) => [
        indicator.code,
        {
          code: indicator.code,
          label: inLanguage(indicator.label),
          unit: inLanguage(indicator.unit),
          unitOne: inLanguage({ vi: indicator.unit.vi, en: indicator.unit.one }),
          kind: indicator.kind,
          stock: indicator.measure === 'stock',
          addsUp: indicator.aggregate_up.method === 'sum',
          core: indicator.core,
          sumsEntries: SUMMING.includes(indicator.derive.method),
        },
      ]),
    );
    this.titles = new Map(catalogue.tasks.map((task) => [task.code, inLanguage(task.title)]));
    this.types = new Map(catalogue.activity_types.map((type) => [type.code, type]));
    this.common = catalogue.common_fields;
    const first = HEADLINE.flatMap((code) => this.figures.get(code) ?? []);
    const rest = [...this.figures.values()].filter(
      (figure) => figure.core && figure.kind !== 'text' && !first.includes(figure),
    );
    this.headline = [...first, ...rest].slice(0, HEADLINE.length);
  }

  /** The figure with this code, unless it is prose or not known. */
  number(code: string | null): Figure | null {
    const figure = this.figures.get(code ?? '');
    return figure && figure.kind !== 'text' ? figure : null;
  }

  /** Sorts figures under the headings of the plan, in the plan's order. The part of a code before the dash is its heading. */
  sections(figures: Iterable<Figure>): FigureSection[] {
    const sections = new Map<string, FigureSection>();
    for (const figure of figures) {
      const code = figure.code.slice(0, figure.code.lastIndexOf('-'));
      const section = sections.get(code) ?? { code, title: this.titles.get(code) ?? this.generalTitle, figures: [] };
      section.figures.push(figure);
      sections.set(code, section);
    }
    return [...sections.values()];
  }

  /** Name of a kind of entry; its code when this catalogue does not know it. */
  typeLabel(code: string): string {
    const type = this.types.get(code);
    return type ? inLanguage(type.label) : code;
  }

  /** Name of a state of a register item. */
  stateLabel(type: string, state: string): string {
    const known = this.types.get(type)?.states.find(({ code }) => code === state);
    return known ? inLanguage(known.label) : state;
  }

  /** Name of a field, or nothing when this catalogue does not know it. */
  fieldLabel(type: string, name: string): string | null {
    const fields = [...(this.types.get(type)?.fields ?? []), ...this.common];
    const field = fields.find((candidate) => candidate.name === name);
    return field ? inLanguage(field.label) : null;
  }

  /** Names of fields in the order of the form: those that count, then the others, then what is not known. */
  inFormOrder(type: string, names: string[]): string[] {
    const known = this.types.get(type);
    const order = [
      ...(known?.headline ?? []),
      ...(known?.fields ?? []).map(({ name }) => name),
      ...this.common.map(({ name }) => name),
    ];
    const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
    return [...names].sort((a, b) => place(a) - place(b));
  }
}
