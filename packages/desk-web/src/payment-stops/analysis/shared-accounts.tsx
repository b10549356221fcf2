import type { Analysis } from '@holdfast/payment-stop/language'
import { Link } from '@tanstack/react-router'
import { DataTable } from '../../components/data-table.tsx'
import { Erased } from '../../components/erased.tsx'
import { CountryName } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'
import { accountsCsv } from './analysis-csv.ts'
import { Part } from './part.tsx'

/** Accounts that several cases of the reader's country lead to. */
export function SharedAccounts({ accounts }: { readonly accounts: NonNullable<Analysis['accounts']> }) {
  const t = useTranslate()
  const { rows, more } = accounts
  return (
    <Part id="accounts" title={t('now.accounts')} csv={() => accountsCsv(accounts)}>
      {rows.length === 0 ? (
        <p className="quiet">{t('now.noAccounts')}</p>
      ) : (
        <DataTable
          className="cards"
          labelledBy="now-accounts"
          rows={rows}
          keyOf={({ country, account }, index) => `${country}/${account ?? index}`}
          columns={[
            {
              name: t('now.account'),
              is: 'row',
              cell: ({ country, account }) => (
                <>
                  <CountryName code={country} /> {account ? <bdi className="figures">{account}</bdi> : <Erased />}
                </>
              ),
            },
            { name: t('now.value.institutions'), cell: ({ institution }) => <bdi className="figures">{institution}</bdi> },
            { name: t('now.requests'), is: 'end', cell: ({ requests }) => requests },
            {
              name: t('now.cases'),
              cell: ({ caseNames, cases }) => (
                <ul className="cluster gap-1 across-3">
                  {caseNames.map(({ requestingCountry, caseReference }) => (
                    <li key={`${requestingCountry}/${caseReference}`}>
                      <Link to="/cases/$country/$reference" params={{ country: requestingCountry, reference: caseReference }}>
                        <bdi>{caseReference}</bdi>
                      </Link>
                    </li>
                  ))}
                  {cases > caseNames.length && <li className="quiet">{t('now.more', { count: cases - caseNames.length })}</li>}
                </ul>
              ),
            },
          ]}
        />
      )}
      {more > 0 && <p className="quiet">{t('now.more', { count: more })}</p>}
    </Part>
  )
}
