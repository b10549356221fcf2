import { DataTable } from '../../../components/data-table.tsx'
import { CountryName } from '../../../components/instant.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { factsFileName } from '../../facts/fact-lines.ts'
import type { CaseReport } from './make-report.ts'
import { Hash } from './reported-request.tsx'

/** How a reader who trusts neither the engine nor this page verifies the report. */
export function Proof({ report: { shown, requests, fileSha256 } }: { readonly report: CaseReport }) {
  const t = useTranslate()
  const name = factsFileName(shown.requestingCountry, shown.caseReference)
  return (
    <section className="proof stack" aria-labelledby="proof">
      <h2 id="proof">{t('report.proof')}</h2>
      <p>{t('report.proofWhy')}</p>
      <ol className="stack gap-2">
        <li>
          {t('report.proofFile', { name: `\u2068${name}\u2069` })}
          <br />
          <Hash value={fileSha256} />
        </li>
        <li>
          {t('report.proofVerify')}
          <br />
          <code dir="ltr">npx holdfast verify {name}</code>
        </li>
        <li>{t('report.proofHeads')}</li>
      </ol>
      <DataTable
        className="flush"
        rows={requests}
        keyOf={({ request }) => request.requestId}
        columns={[
          {
            name: t('request.id'),
            is: 'row',
            cell: ({ request }) => (
              <>
                <bdi className="hash">{request.requestId}</bdi> <CountryName code={request.beneficiaryCountry} />
              </>
            ),
          },
          { name: t('report.factCount'), is: 'end', cell: ({ facts }) => facts.length },
          { name: t('report.head'), cell: ({ head }) => <Hash value={head} /> },
        ]}
      />
    </section>
  )
}
