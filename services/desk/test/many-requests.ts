import { crc32 } from 'node:zlib'
import { destinationIdOf } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createHistory } from './histories.ts'

const countries = 'TL MY TH AE HK AU GB US FR ID FJ BH NG CN DE PH VN KH TR BR'.split(' ')
const typologies = ['BEC_INVOICE', 'BEC_CEO', 'INVESTMENT', 'ROMANCE', 'IMPERSONATION_BANK', 'PHISHING_ATO', 'TECH_SUPPORT', 'OTHER']
const rails = ['SWIFT', 'SEPA', 'INSTANT', 'CARD', 'WALLET', 'CRYPTO']
const currencies = ['USD', 'EUR', 'SGD', 'JPY']
const yearMs = 364 * 86_400_000

/**
 * Writes the counted rows of this many requests: each from SG or to it, over a year before an instant, at 400
 * institutions. One in fifty is a duplicate. One in ten shares its account with other cases and has its opening fact.
 */
export function fillCounted(file: SqliteFile, requests: number, until: Date): Promise<void> {
  const pick = (texts: readonly string[], step: string) =>
    `json_extract('${JSON.stringify(texts)}', '$[' || (${step} % ${texts.length}) || ']')`
  const { facts } = createHistory(buildRequest({ payment: { creditor: { account: { other: 'ACCOUNT' } } } }))
  const line = JSON.stringify(facts[0])
  const fact = file.prepare(
    'INSERT INTO facts (partition, "offset", leaf, request_id, sequence, cause, hash_prefix, sum, line) VALUES (0, ?1, ?1, ?2, 1, ?2, 0, ?3, ?4)',
  )
  const share = file.prepare('UPDATE analysis_requests SET place = ? WHERE request_id = ?')
  return file.write(() => {
    file
      .prepare(`
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
        INSERT INTO analysis_requests
          SELECT i + 1, 'r' || i, i + 1, ${until.getTime()} - i * ${Math.floor(yearMs / requests)}, CASE i % 3 WHEN 0 THEN ${pick(countries, 'i / 3')} ELSE 'SG' END,
            CASE i % 3 WHEN 0 THEN 'SG' ELSE ${pick(countries, 'i / 7')} END, 0, 'CASE-' || (i / 2), i % 11 = 0, i % 50 = 0, ${pick(typologies, 'i / 5')}, 1 << (i / 7) % 9 | 1 << (i / 3) % 4, ${pick(rails, 'i / 13')},
            printf('BK%02d', (i / 3) % 20) || ${pick(countries, 'i / 7')} || '2X', 'place' || i, ${pick(currencies, 'i / 17')},
            0, i * 1000, 0, i * 500, 0, i * 250, CASE WHEN i % 5 THEN i % 90000 END, CASE WHEN i % 3 THEN i % 900000 END, CASE WHEN i % 7 = 0 THEN i % 2900000 END
          FROM n`)
      .run()
    for (let number = 0; number < requests; number += 10) {
      const account = `ACCOUNT${Math.floor(number / 40)}`
      const opening = line.replace('"ACCOUNT"', `"${account}"`)
      fact.run(number, `r${number}`, crc32(opening), opening)
      share.run(destinationIdOf('TL', account), `r${number}`)
    }
  })
}
