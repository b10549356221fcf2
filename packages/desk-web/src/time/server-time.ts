/** Time counts by the engine's clock, regardless of the reader's machine. */
let aheadMs = 0

export function setServerTime(now: string): void {
  aheadMs = Date.parse(now) - Date.now()
}

/** The engine's time is at least that of this fact: a demonstration clock jumps from deadline to deadline. */
export function serverTimeIsPast(instant: string): void {
  if (Date.parse(instant) > serverNowMs()) setServerTime(instant)
}

export const serverNowMs = (): number => Date.now() + aheadMs
