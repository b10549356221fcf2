import { createContext, memo, use } from 'react'
import type { Translate } from '../locales/index.ts'
import { useTranslate } from '../locales/index.ts'
import { serverNowMs } from '../time/server-time.ts'

/** True for documents that are read elsewhere, such as a printed report: instants are then complete and in UTC. */
export const InUtc = createContext(false)

const formats = new Map<string, Intl.DateTimeFormat>()
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = language + JSON.stringify(options)
  const known = formats.get(name) ?? new Intl.DateTimeFormat(`${language}-u-nu-latn`, options)
  formats.set(name, known)
  return known
}

/** Short and in the reader's zone; the complete instant and UTC are for hovering and screen readers. */
export const Instant = memo(function Instant({ at }: { readonly at: string }) {
  const t = useTranslate()
  const inUtc = use(InUtc)
  const date = new Date(at)
  if (inUtc)
    return (
      <time dateTime={at} className="figures">
        <bdi dir="ltr">{utcText(date)}</bdi>
      </time>
    )
  const short = format(t.tag, shortFormat(date, new Date(serverNowMs())))
  const whole = `${format(t.tag, { dateStyle: 'full', timeStyle: 'long' }).format(date)} · ${date.toISOString().replace('.000Z', 'Z')} UTC`
  return (
    <time dateTime={at} title={whole} className="figures">
      {short.format(date)}
    </time>
  )
})

/** Only the time for today, and the year too for other years. */
export function shortFormat(date: Date, now: Date): Intl.DateTimeFormatOptions {
  if (date.toDateString() === now.toDateString()) return { timeStyle: 'short' }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...(isThisYear ? {} : { year: 'numeric' }) }
}

/** The time of day in the reader's zone. */
export const timeOf = (ms: number, tag: string): string => new Intl.DateTimeFormat(`${tag}-u-nu-latn`, { timeStyle: 'short' }).format(ms)

/** The reader's time zone, such as `Singapore Standard Time (GMT+8)`. */
export function zoneName(language: string, at: Date): string {
  const named = (timeZoneName: 'long' | 'shortOffset'): string =>
    format(language, { timeZoneName })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [name, offset] = [named('long'), named('shortOffset')]
  return name === offset ? name : `${name} (\u2066${offset}\u2069)`
}

/** Such as `2024-07-23 02:25:00 UTC`, with milliseconds if there are any. */
export const utcText = (date: Date): string => `${date.toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '')} UTC`

const regions = new Map<string, Intl.DisplayNames>()
function regionsIn(language: string): Intl.DisplayNames {
  const known = regions.get(language) ?? new Intl.DisplayNames([language], { type: 'region', fallback: 'code' })
  regions.set(language, known)
  return known
}

/** As `generalSecretariat` of the schemas, whose import would bring all schemas into this bundle. */
export const secretariat = 'XP'

export const countryName = (code: string, t: Translate): string =>
  code === secretariat ? t('codes.generalSecretariat') : (regionsIn(t.tag).of(code) ?? code)

export const CountryName = memo(function CountryName({ code, long = false }: { readonly code: string; readonly long?: boolean }) {
  const name = countryName(code, useTranslate())
  // Apart from the words around it: of two codes in Arabic the first would else stand on the left, and an arrow between them lead back.
  return <bdi>{long ? name : <abbr title={name}>{code}</abbr>}</bdi>
})
