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
      <table className="table flush">
        <thead>
          <tr>
            <th scope="col">{words.id}</th>
            <th scope="col" className="end">
              {report.factCount}
            </th>
            <th scope="col">{report.head}</th>
          </tr>
        </thead>
        <tbody>
          {requests.map(({ request, facts, head }) => (
            <tr key={request.requestId}>
              <th scope="row">
                <bdi className="hash">{request.requestId}</bdi> <CountryName code={request.beneficiaryCountry} />
              </th>
              <td className="end figures">{facts.length}</td>
              <td>
                <Hash value={head} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
