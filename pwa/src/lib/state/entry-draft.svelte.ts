import { SvelteSet } from 'svelte/reactivity';
import { STATE } from '$lib/components/form/plan';
import type { Saved } from '$lib/components/form/field-state';
import { covers } from '$lib/components/report/days';
import type { Replica } from '$lib/replica/client';
import type { ActivityType } from '$lib/replica/types/ActivityType';
import type { Bilingual } from '$lib/replica/types/Bilingual';
import type { Draft } from '$lib/replica/types/Draft';
import type { DraftCheck } from '$lib/replica/types/DraftCheck';
import type { DraftFinding } from '$lib/replica/types/DraftFinding';
import type { Field } from '$lib/replica/types/Field';
import type { LastRecord } from '$lib/replica/types/LastRecord';
import type { RawValue } from '$lib/replica/types/RawValue';
import { isDone, KEEP_AGAIN_MS, KEEP_DELAY_MS } from './keeping';

const NOWHERE: Beginning = { like: null, report: null };

/** How long after the last key the draft is looked over. */
const CHECK_DELAY_MS = 250;

/** How a form that makes a new entry came to be opened. */
export interface Beginning {
  /** The entry it is to be like. */
  like: string | null;
  /** The report for which something is recorded. */
  report: string | null;
}

/** One form being filled in: what stands in it, what of that is on disk, and what is wrong with it. */
export class EntryDraft {
  fields = $state.raw<Record<string, RawValue>>({});
  itemState = $state<string | null>(null);
  saved = $state.raw<Record<string, Saved>>({});
  check = $state.raw<DraftCheck>();
  phase = $state<'loading' | 'ready'>('loading');
  /** It changes an entry that is in the book already. */
  exists = $state(false);
  /** It changes an entry that breaks a rule as it stands. */
  broken = $state(false);
  /** Set when this draft is what the server refused. */
  refused = $state.raw<Bilingual | null>(null);
  /** "Ghi vào sổ" was pressed: from then on everything that is missing is said. */
  attempted = $state(false);
  saving = $state(false);
  /** The newest record of the type, for a form that begins empty. */
  earlier = $state.raw<LastRecord | null>(null);
  /** What the form began with comes from an earlier entry. */
  isCopy = $state(false);
  /** What the core said against saving as a whole. */
  problem = $state.raw<Bilingual | null>(null);

  #replica: Replica;
  #entry: string;
  #type: ActivityType;
  #beginning: Beginning;
  /** What a form that begins empty holds of itself. */
  #defaults: Record<string, RawValue> = {};
  #report: string | null = null;
  #stopListening: () => void = () => undefined;
  /** What the form showed before anything was typed: the core asks where another wrote something else meanwhile. */
  #shown: Record<string, RawValue> = {};
  /** Fields that go into the draft. */
  readonly #changed = new SvelteSet<string>();
  #stateChanged = false;
  /** In the book, or thrown away: leaving the form must not bring the draft back. */
  #done = false;
  /** The form is gone; a newer one may be open on the same draft. */
  #closed = false;
  /** What the draft on the disk says. */
  #kept: Record<string, RawValue> | undefined;
  /** Fields that were left at least once: only these are criticised before an attempt to save. */
  readonly #left = new SvelteSet<string>();
  /** Left, but not looked over since: what was wrong before the last key is no news. */
  readonly #leaving = new SvelteSet<string>();
  readonly #dismissed = new SvelteSet<string>();
  #keeping: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;
  /** Something was typed or chosen, be it in a field that was not left yet. */
  #edited = false;
  #checks = 0;
  /** A finger is down: what comes and goes on screen waits, else what is tapped would move away under it. */
  #held = false;
  #heldCheck: DraftCheck | undefined;

  constructor(replica: Replica, entry: string, type: ActivityType, beginning: Beginning = NOWHERE) {
    this.#replica = replica;
    this.#entry = entry;
    this.#type = type;
    this.#beginning = beginning;
  }

  /** Takes up what is there: the entry, a draft that was begun, or the defaults of a new one. */
  async open(offered: Field[], today: string): Promise<void> {
    const [detail, drafts, first, status, kinds] = await Promise.all([
      this.#replica.query({ type: 'entry', entry: this.#entry }),
      this.#replica.query({ type: 'drafts' }),
      this.#replica.query({ type: 'today' }),
      this.#replica.query({ type: 'status' }),
      this.#replica.query({ type: 'types' }),
    ]);
    const draft = drafts.find((each) => each.entry === this.#entry) ?? detail?.draft ?? undefined;
    this.refused = first.drafts.find((row) => row.entry === this.#entry)?.refused ?? null;
    this.exists = detail !== null;
    this.#report = draft ? (draft.report ?? null) : this.#beginning.report;
    if (!detail && !draft) {
      this.#defaults = defaults(this.#type, offered, today, this.#report);
      this.earlier = kinds.types.find((row) => row.code === this.#type.code)?.last ?? null;
    }
    this.fields = detail || draft ? { ...detail?.fields, ...draft?.fields } : this.#defaults;
    // Looked at and left, it leaves nothing behind: that it was filled in is nobody's edit.
    if (!detail && !draft && this.#beginning.like)
      this.fields = { ...this.fields, ...(await this.#copyOf(this.#beginning.like)) };
    const shownState = detail?.row.register_state;
    this.#shown = { ...detail?.fields, ...(shownState ? { [STATE]: shownState } : {}), ...draft?.over };
    this.itemState = draft?.state ?? detail?.row.register_state ?? this.#type.states[0]?.code ?? null;
    for (const name of Object.keys(draft?.fields ?? (detail ? {} : this.fields))) this.#changed.add(name);
    this.#stateChanged = draft?.state != null;
    // While the device is full a draft may be in memory alone.
    const saved: Saved = status.storage_full ? 'failed' : 'kept';
    this.#mark(Object.keys(draft?.fields ?? {}), saved);
    for (const name of Object.keys(draft?.fields ?? {})) this.#left.add(name);
    // Whoever opens a record that does not fit has come to put it right.
    const broken = (detail?.problems ?? []).flatMap((problem) => problem.fields.map(({ field }) => field));
    for (const name of broken) this.#left.add(name);
    this.broken = broken.length > 0;
    await this.#look();
    this.phase = 'ready';
    // What arrives meanwhile may be the same activity, or change what is judged here.
    this.#stopListening = this.#replica.onChanged(() => this.#lookSoon());
    if (draft && saved === 'failed') this.#keepSoon(KEEP_AGAIN_MS);
  }

  /** The form goes: keeps what is in it, once more. */
  async close(): Promise<void> {
    const last = this.keepAll();
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    await last;
  }

  /** Fills what nobody has typed in as an earlier entry has it, as far as it may be the same again. */
  async follow(earlier: string): Promise<void> {
    for (const [name, value] of Object.entries(await this.#copyOf(earlier))) {
      if (same(this.fields[name], this.#defaults[name])) this.edit(name, value);
    }
  }

  /** Something was typed or chosen. */
  edit(name: string, value: RawValue): void {
    if (same(this.fields[name], value)) return;
    this.fields = { ...this.fields, [name]: value };
    this.#changed.add(name);
    this.#edited = true;
    this.#unmark(name);
    this.#lookSoon();
    this.#keepSoon(KEEP_DELAY_MS);
  }

  /** A register item goes to another stage. */
  choose(state: string): void {
    if (this.itemState === state) return;
    this.itemState = state;
    this.#stateChanged = true;
    this.#unmark(STATE);
    void this.keep(STATE);
  }

  /** A field was left: keep the draft, whatever is typed. */
  async keep(name: string): Promise<void> {
    this.#leaving.add(name);
    this.#lookSoon(0);
    const isChanged = name === STATE ? this.#stateChanged : this.#changed.has(name);
    if (!isChanged || this.saved[name] === 'kept' || this.saved[name] === 'keeping') return;
    await this.#keep([name]);
  }

  /** The app goes out of sight: keep what is in a field that was not left. */
  async keepAll(): Promise<void> {
    clearTimeout(this.#keepTimer);
    const names = [...this.#changed].filter((name) => this.saved[name] === undefined || this.saved[name] === 'failed');
    if (this.saved[STATE] === 'failed') names.push(STATE);
    if (names.length && this.phase === 'ready' && this.#touchedSomething) await this.#keep(names);
  }

  /** Takes the deletion of its entry back, then makes it an entry. True when it is in the book, and on disk. */
  async restoreAndSave(): Promise<boolean> {
    const outcome = await this.#replica.send({ type: 'restore_entry', entry: this.#entry });
    if (outcome.result === 'refused') this.problem = outcome.message;
    return outcome.result === 'done' && (await this.save());
  }

  /** Makes it an entry. True when it is in the book, and on disk. */
  async save(): Promise<boolean> {
    this.saving = true;
    this.problem = null;
    try {
      await this.#keeping;
      if (this.#kept !== this.fields) await this.keepAll();
      const saving = this.#replica.send({ type: 'save_entry', ...this.#draft() });
      // What is typed meanwhile waits for the outcome, however it ends: a draft of what is in the book would be a lie.
      this.#keeping = saving.then(
        (outcome) => void (this.#done = outcome.result === 'done'),
        () => undefined,
      );
      const outcome = await saving;
      this.attempted = true;
      if (outcome.result === 'done') {
        clearTimeout(this.#timer);
        return true;
      }
      if (outcome.result === 'invalid') {
        const known = this.check ?? { findings: [], understood: {}, words: {}, visible: [] };
        this.check = { ...known, findings: outcome.findings };
      }
      if (outcome.result === 'refused') this.problem = outcome.message;
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** Throws the draft away. True when it is gone from the disk. */
  async drop(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#done = true;
    await this.#keeping;
    this.#done = await isDone(this.#replica, { type: 'drop_draft', entry: this.#entry });
    return this.#done;
  }

  /** The findings to show now: not of fields nobody has come to yet. */
  findings: DraftFinding[] = $derived.by(() =>
    (this.check?.findings ?? []).filter(
      (finding) =>
        !this.#dismissed.has(keyOf(finding)) &&
        (this.attempted || finding.fields.some((name) => this.#isLookedOver(name.split('.')[0] ?? name))),
    ),
  );

  /** Nobody comes to a name that stands there already: that it makes a double is said at once. */
  #isLookedOver(name: string): boolean {
    return this.#left.has(name) || (this.isCopy && name === this.#type.title_field);
  }

  /** A finger went down on the form. */
  hold(): void {
    this.#held = true;
  }

  /** The finger is up and its tap has been dealt with. */
  release(): void {
    this.#held = false;
    if (this.#heldCheck) this.#show(this.#heldCheck);
    this.#heldCheck = undefined;
  }

  dismiss(finding: DraftFinding): void {
    this.#dismissed.add(keyOf(finding));
  }

  /** What an earlier entry and this one may have in common. */
  async #copyOf(earlier: string): Promise<Record<string, RawValue>> {
    const copy = await this.#replica.query({ type: 'copy_of', entry: earlier });
    this.isCopy = copy !== null;
    return (copy ?? {}) as Record<string, RawValue>;
  }

  get #touchedSomething(): boolean {
    return this.#edited || this.#left.size > 0 || this.#leaving.size > 0 || Object.keys(this.saved).length > 0;
  }

  #draft(): Draft {
    const fields = Object.fromEntries(Object.entries(this.fields).filter(([name]) => this.#changed.has(name)));
    const over = Object.keys(fields).map((name) => [name, this.#shown[name] ?? ''] as const);
    return {
      entry: this.#entry,
      type_code: this.#type.code,
      fields,
      state: this.#stateChanged || !this.exists ? this.itemState : null,
      report: this.#report,
      over: { ...Object.fromEntries(over), ...(this.#shown[STATE] ? { [STATE]: this.#shown[STATE] } : {}) },
      kept_at: 0, // The core sets it, by the shell's clock.
    };
  }

  #keep(names: string[]): Promise<void> {
    if (this.#done) return this.#keeping;
    this.#mark(names, 'keeping');
    const before = this.fields;
    // One after the other, so that an older draft never lands on a newer one.
    this.#keeping = this.#keeping.then(async () => {
      if (this.#done) return;
      const whole = this.fields;
      if (await isDone(this.#replica, { type: 'keep_draft', ...this.#draft() })) {
        this.#kept = whole;
        const unchanged = names.filter(
          (name) => this.saved[name] === 'keeping' && same(before[name], this.fields[name]),
        );
        this.#mark(unchanged, 'kept');
      } else {
        this.#mark(names, 'failed');
        this.#keepSoon(KEEP_AGAIN_MS);
      }
    });
    return this.#keeping;
  }

  #keepSoon(delay_ms: number): void {
    clearTimeout(this.#keepTimer);
    if (!this.#closed && !this.#done) this.#keepTimer = setTimeout(() => void this.keepAll(), delay_ms);
  }

  #mark(names: string[], saved: Saved): void {
    this.saved = { ...this.saved, ...Object.fromEntries(names.map((name) => [name, saved])) };
  }

  #unmark(name: string): void {
    this.saved = Object.fromEntries(Object.entries(this.saved).filter(([each]) => each !== name));
  }

  #lookSoon(delay_ms = CHECK_DELAY_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), delay_ms);
  }

  #show(check: DraftCheck): void {
    this.check = check;
    for (const name of this.#leaving) this.#left.add(name);
    this.#leaving.clear();
  }

  async #look(): Promise<void> {
    const asked = ++this.#checks;
    const check = await this.#replica.query({ type: 'check_draft', ...this.#draft() });
    if (asked !== this.#checks) return;
    if (this.#held) this.#heldCheck = check;
    else this.#show(check);
  }
}

/** What a new form begins with: today, and what the catalogue says. For a report of days gone by no day is guessed. */
function defaults(
  type: ActivityType,
  offered: Field[],
  today: string,
  report: string | null,
): Record<string, RawValue> {
  const values: Record<string, RawValue> = {};
  for (const field of offered) {
    if (field.default !== null) values[field.name] = String(field.default);
    // An activity is mostly recorded on its day, and figures are as of today. A signing day is not guessed.
    if (field.name === type.day_field && ['date_start', 'as_of'].includes(field.name)) {
      if (report === null || covers(report, today)) values[field.name] = today;
    }
  }
  return values;
}

function keyOf(finding: DraftFinding): string {
  return `${finding.rule} ${finding.fields.join()} ${finding.other ?? ''}`;
}

function same(a: RawValue | undefined, b: RawValue | undefined): boolean {
  return (a ?? '') === (b ?? '') || JSON.stringify(a) === JSON.stringify(b);
}
