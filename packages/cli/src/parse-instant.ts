import { instantSchema } from '@holdfast/schemas'
import { InvalidArgumentError } from 'commander'

/** Throws InvalidArgumentError for a text that is not an instant with an offset. */
export function parseInstant(text: string): Date {
  if (!instantSchema.safeParse(text).success)
    throw new InvalidArgumentError('It must be an instant with its offset, such as 2024-07-23T10:20:00+08:00.')
  return new Date(text)
}
