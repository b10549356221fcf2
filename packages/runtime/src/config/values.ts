import { z } from 'zod'
import { isLoopback } from './loopback.ts'

export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** A path of a file or folder. */
export const filePath = z.string().min(1)

export const userName = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be printable characters, no spaces')

export const redisUrl = z.string().regex(/^rediss?:\/\/.+/, 'must be a redis:// or rediss:// address')

/** A list separated by commas. */
export const listOf = (each: z.ZodString) =>
  z
    .string()
    .transform(list => list.split(',').map(text => text.trim()))
    .pipe(z.array(each))

export const listOfWords = z
  .string()
  .regex(
    /^[\x21-\x2b\x2d-\x7e]{1,64}( +[\x21-\x2b\x2d-\x7e]{1,64}){0,7}$/,
    'must be one to eight words of printable characters separated by spaces, no commas',
  )
  .transform(list => list.split(/ +/))
  .pipe(z.array(z.string()).meta({ allowed: 'one to eight words separated by spaces' }))

export const claimName = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be the name of a claim: printable characters, no spaces')

export const isSafeAddress = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
}

/** Whether an address is safe and has no path. */
export const isOrigin = (text: string): boolean => isSafeAddress(text) && URL.parse(text)?.origin === text
