/** Routes that only people at a desk go. */
const DESK = '/src/routes/desk/';

/** Whether a module is a desk's route. A route's entry is nothing but a door: what it imports tells whose it is. */
export function isDesk(module: { id: string; importedIds: readonly string[] }): boolean {
  return [module.id, ...module.importedIds].some((id) => id.includes(DESK));
}
