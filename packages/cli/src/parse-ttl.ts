import { InvalidArgumentError } from 'commander'

/** Parses a lifetime in whole seconds. Throws InvalidArgumentError that states the limit. */
export const ttlUpTo =
  (secondsMax: number) =>
  (text: string): number => {
    const seconds = Number(text)
    if (Number.isInteger(seconds) && seconds > 0 && seconds <= secondsMax) return seconds
    throw new InvalidArgumentError(`It must be 1 to ${secondsMax}.`)
  }
