/** Whatever the clock of the reader's machine says, time is counted by the engine's. */
let aheadMs = 0

export function setServerTime(now: string): void {
  aheadMs = Date.parse(now) - Date.now()
}

export const serverNowMs = (): number => Date.now() + aheadMs
