import type { Analysis } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { Erased } from '../components/erased.tsx'
import { CountryName } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { accountsCsv } from './analysis-csv.ts'
import { SectionHead } from './section-head.tsx'

/** Accounts that more than one case of the reader's country leads to: the thread between them. */
export function SharedAccounts({ accounts }: { readonly accounts: NonNullable<Analysis['accounts']> }) {
  const { now } = useWords()
  const { rows, more } = accounts
  return (
    <section className="card now-section" aria-labelledby="now-accounts">
      <SectionHead id="now-accounts" title={now.accounts} file="accounts" csv={() => accountsCsv(accounts)} />
      {rows.length === 0 ? (
        <p className="quiet">{now.noAccounts}</p>
      ) : (
        <table className="now-table" aria-labelledby="now-accounts">
          <thead>
            <tr>
              <th scope="col">{now.account}</th>
              <th scope="col">{now.value.institutions}</th>
              <th scope="col" className="end">
                {now.requests}
              </th>
              <th scope="col">{now.cases}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={`${row.country}/${row.account ?? index}`}>
                <th scope="row">
                  <CountryName code={row.country} /> {row.account ? <bdi className="figures">{row.account}</bdi> : <Erased />}
                </th>
                <td data-name={now.value.institutions}>
                  <bdi className="figures">{row.institution}</bdi>
                </td>
                <td data-name={now.requests} className="end figures">
                  {row.requests}
                </td>
                <td data-name={now.cases}>
                  <ul className="case-names">
                    {row.caseNames.map(({ requestingCountry, caseReference }) => (
                      <li key={`${requestingCountry}/${caseReference}`}>
                        <Link to="/cases/$country/$reference" params={{ country: requestingCountry, reference: caseReference }}>
                          <bdi>{caseReference}</bdi>
                        </Link>
                      </li>
                    ))}
                    {row.cases > row.caseNames.length && <li className="quiet">{now.more(row.cases - row.caseNames.length)}</li>}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p className="section-foot quiet">{now.more(more)}</p>}
    </section>
  )
}
