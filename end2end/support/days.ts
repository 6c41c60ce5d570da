/** A day in milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** The day, UTC, that lies this many days ahead: `2026-11-24`. */
export function dateIn(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}
