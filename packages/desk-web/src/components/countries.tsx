import { Fragment } from 'react'
import { Arrow } from './arrow.tsx'
import { CountryName } from './instant.tsx'

/** The countries of a request: the requesting country, and an arrow to the others. */
export const Countries = ({ codes: [from = '', ...to] }: { readonly codes: readonly string[] }) => (
  <>
    <CountryName code={from} /> <Arrow />{' '}
    {to.map((code, index) => (
      <Fragment key={code}>
        {index > 0 && ', '}
        <CountryName code={code} />
      </Fragment>
    ))}
  </>
)
