/** Whatever the clock of the reader's machine says, time is counted by the engine's. */
let aheadMs = 0

export function setServerTime(now: string): void {
  aheadMs = Date.parse(now) - Date.now()
}

/** It is at least as late there as when this happened: an engine that lives in a story leaps from deadline to deadline. */
export function serverTimeIsPast(instant: string): void {
  if (Date.parse(instant) > serverNowMs()) setServerTime(instant)
}

export const serverNowMs = (): number => Date.now() + aheadMs
