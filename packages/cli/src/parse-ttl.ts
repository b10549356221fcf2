import { InvalidArgumentError } from 'commander'

/** Reads how long something lives, in whole seconds. Throws InvalidArgumentError that says how long it may be. */
export const ttlUpTo =
  (secondsMax: number) =>
  (text: string): number => {
    const seconds = Number(text)
    if (Number.isInteger(seconds) && seconds > 0 && seconds <= secondsMax) return seconds
    throw new InvalidArgumentError(`It must be 1 to ${secondsMax}.`)
  }
