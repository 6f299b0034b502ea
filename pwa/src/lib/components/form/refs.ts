/** What a field that names something by its code lets a person choose from. */
import { inLanguage } from '$lib/messages/language';
import { t } from '$lib/messages/phone';
import type { Field } from '$lib/replica/types/Field';
import type { FormContext } from './form-context';

export interface RefOption {
  code: string;
  /** Shown in the margin: a task's code, a document's number. */
  mark?: string | undefined;
  name: string;
  /** What it is counted in. */
  unit?: string | undefined;
  /** The heading under which it stands, with its neighbours. */
  group?: string | undefined;
}

export function refOptions(
  kind: Field['kind'],
  { catalogue, units, asked }: Pick<FormContext, 'catalogue' | 'units' | 'asked'>,
): RefOption[] {
  if (kind === 'task_ref')
    return catalogue.tasks
      .filter((task) => !task.is_group)
      .map((task) => ({ code: task.code, mark: task.code, name: inLanguage(task.title) }));
  if (kind === 'document_ref')
    return catalogue.documents.map((document) => ({
      code: document.code,
      mark: document.number,
      name: inLanguage(document.title),
    }));
  if (kind === 'campaign_ref')
    return catalogue.campaigns.map((campaign) => ({ code: campaign.code, name: inLanguage(campaign.name) }));
  if (kind === 'unit_ref') return units.map((unit) => ({ code: unit.id, name: unit.name }));
  if (kind === 'indicator_ref') {
    // No number can be aimed at in a text.
    const numbers = catalogue.indicators.filter((indicator) => indicator.kind !== 'text');
    const options = numbers.map((indicator) => ({
      code: indicator.code,
      mark: indicator.code,
      name: inLanguage(indicator.label),
      unit: inLanguage(indicator.unit),
      group: asked.includes(indicator.code) ? t.form.asked : t.form.notAsked,
    }));
    return [t.form.asked, t.form.notAsked].flatMap((group) => options.filter((option) => option.group === group));
  }
  return [];
}
