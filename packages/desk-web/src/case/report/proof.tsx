import { DataTable } from '../../components/data-table.tsx'
import { CountryName } from '../../components/instant.tsx'
import { factsFileName } from '../../facts/fact-lines.ts'
import { useWords } from '../../words/index.ts'
import type { CaseReport } from './make-report.ts'
import { Hash } from './reported-request.tsx'

/** How somebody who trusts neither the engine nor this page checks the report. */
export function Proof({ report: { shown, requests, fileSha256 } }: { readonly report: CaseReport }) {
  const { report, request: words } = useWords()
  const name = factsFileName(shown.requestingCountry, shown.caseReference)
  return (
    <section className="proof stack" aria-labelledby="proof">
      <h2 id="proof">{report.proof}</h2>
      <p>{report.proofWhy}</p>
      <ol className="stack gap-2">
        <li>
          {report.proofFile(`\u2068${name}\u2069`)}
          <br />
          <Hash value={fileSha256} />
        </li>
        <li>
          {report.proofVerify}
          <br />
          <code dir="ltr">npx holdfast verify {name}</code>
        </li>
        <li>{report.proofHeads}</li>
      </ol>
      <DataTable
        className="flush"
        rows={requests}
        keyOf={({ request }) => request.requestId}
        columns={[
          {
            name: words.id,
            is: 'row',
            cell: ({ request }) => (
              <>
                <bdi className="hash">{request.requestId}</bdi> <CountryName code={request.beneficiaryCountry} />
              </>
            ),
          },
          { name: report.factCount, is: 'end', cell: ({ facts }) => facts.length },
          { name: report.head, cell: ({ head }) => <Hash value={head} /> },
        ]}
      />
    </section>
  )
}
