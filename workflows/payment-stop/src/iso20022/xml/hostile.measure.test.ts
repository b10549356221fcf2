import { execFileSync } from 'node:child_process'
import { expectRatios } from '@holdfast/test-kit/ratios'
import { expect, test } from 'vitest'

/**
 * Runs in a process of its own: only there the peak of its memory is that of the reading. The inputs exist before the peak is noted.
 * The honest message is as long as a message may be.
 */
const script = `
import { readXml } from ${JSON.stringify(new URL('./read-xml.ts', import.meta.url).href)}
const utf16 = text => Buffer.from('\ufeff' + text, 'utf16le')
const honest = '<x>' + ('<y>' + 'a'.repeat(40) + '</y>').repeat(19_000) + '</x>'
const bomb = '<!DOCTYPE x [<!ENTITY a "' + 'a'.repeat(100000) + '">]><x>' + '&a;'.repeat(200000) + '</x>'
const inputs = [
  bomb, '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///dev/zero">]><x>&f;</x>',
  Buffer.alloc(50_000_000, '<x>'), Buffer.alloc(3_999_999, '<x>'), utf16('<x>' + 'é'.repeat(1_500_000)),
  '<a>'.repeat(10_000) + '</a>'.repeat(10_000), '<x>' + '<y/>'.repeat(240_000), '<x>' + '<y a="" b="">z</y>'.repeat(52_000),
  '<' + 'n'.repeat(900_000), '<x a="' + 'b'.repeat(900_000), '<x><!--' + '-'.repeat(900_000), '<x>' + '&#65;'.repeat(190_000),
  Buffer.from('<?xml version="1.0" encoding="UTF-16"?><x>' + 'a'.repeat(900_000) + '</x>'), Buffer.alloc(900_000, 0xff),
]
const middle = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
function timed(input) {
  gc()
  const startedMs = performance.now()
  const { ok } = readXml(input)
  return { ok, ms: performance.now() - startedMs }
}
timed(honest)
const ofHonest = Array.from({ length: 5 }, () => timed(honest))
const honestPeak = process.resourceUsage().maxRSS
const hostile = inputs.map(input => Array.from({ length: 5 }, () => timed(input)))
console.log(JSON.stringify({
  honestRead: ofHonest.every(({ ok }) => ok),
  honestMs: middle(ofHonest.map(({ ms }) => ms)),
  hostileRefused: hostile.map(all => all.every(({ ok }) => !ok)),
  hostileMs: hostile.map(all => middle(all.map(({ ms }) => ms))),
  morePeakMb: (process.resourceUsage().maxRSS - honestPeak) * 1024 / 1e6,
}))
`

interface Measured {
  readonly honestRead: boolean
  readonly honestMs: number
  readonly hostileRefused: readonly boolean[]
  readonly hostileMs: readonly number[]
  readonly morePeakMb: number
}

test('hostile XML costs no more time than an honest message, and no more memory than the longest input', async () => {
  const bands = {
    'slowest hostile XML to the longest honest message': { max: 4 },
    'peak memory of hostile XML to its longest input': { max: 1.5 },
  }
  await expectRatios(bands, async () => {
    const out = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { encoding: 'utf8' })
    const { honestRead, honestMs, hostileRefused, hostileMs, morePeakMb } = JSON.parse(out) as Measured
    expect([honestRead, hostileRefused]).toEqual([true, Array(14).fill(true)])
    return {
      'slowest hostile XML to the longest honest message': { value: Math.max(...hostileMs), against: honestMs, unit: 'ms' },
      'peak memory of hostile XML to its longest input': { value: morePeakMb, against: 50, unit: 'MB' },
    }
  })
})
