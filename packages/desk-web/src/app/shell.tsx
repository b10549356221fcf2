import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, Outlet, useChildMatches, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { signIn, signOut, whenSignedOut } from '../api/client.ts'
import { startLive } from '../api/live.ts'
import { ActingPerson } from '../components/acting-person.tsx'
import { Button } from '../components/button.tsx'
import { zoneName } from '../components/instant.tsx'
import { Palette } from '../palette/palette.tsx'
import { firstPageOf, pagesFor } from '../session/pages.ts'
import { sessionQuery, useSession } from '../session/use-session.ts'
import { serverNowMs, setServerTime } from '../time/server-time.ts'
import { useWords } from '../words/index.ts'
import { LiveMark } from './live-mark.tsx'
import { SettingsMenu } from './settings-menu.tsx'

let hasBegun = false

/** Whether somebody is signed in; where that can not be known now, as before. */
const isSignedIn = (client: QueryClient): Promise<boolean> =>
  client.fetchQuery(sessionQuery).then(
    who => who !== null,
    () => true,
  )

export function Shell() {
  const words = useWords()
  const router = useRouter()
  const client = useQueryClient()
  const session = useSession()
  const who = session.data
  const isOperator = who?.role === 'operator'
  // Of what is shown, not of the address: that changes first, and a page of members would be shown until the other is loaded.
  const shown = useChildMatches({ select: ([match]) => match?.routeId })
  useEffect(() => {
    if (!who) return
    setServerTime(who.now)
    const isFirst = !hasBegun
    hasBegun = true
    // An operator sees no facts.
    if (who.role === 'operator') return
    startLive({ isSignedIn: () => isSignedIn(client), onMissed: () => void client.invalidateQueries() })
    // Who comes to the address of the desk, and to no page of it.
    if (isFirst && location.pathname === '/' && location.search === '') void router.navigate({ to: firstPageOf(who), replace: true })
  }, [who, router, client])
  useEffect(() => whenSignedOut(() => void isSignedIn(client)), [client])
  if (session.isPending) return <p className="blank">{words.loading}</p>
  // Who has signed in stays so while the line is cut.
  if (session.isError && session.data === undefined)
    return (
      <div className="blank" role="alert">
        <p>{words.notReached}</p>
        <Button onClick={() => session.refetch()}>{words.retry}</Button>
      </div>
    )
  if (!who) return <SignedOut />
  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="bar cluster across-5">
        <Link to={isOperator ? '/operations' : firstPageOf(who)} className="brand">
          Holdfast
        </Link>
        <nav className="cluster top gap-4" aria-label={words.menu}>
          {isOperator ? (
            <Link to="/operations">{words.operations.name}</Link>
          ) : (
            pagesFor(who, words).map(({ path, name }) => (
              <Link key={path} to={path} activeOptions={{ exact: path === '/', includeSearch: false }}>
                {name}
              </Link>
            ))
          )}
        </nav>
        {!isOperator && <Palette />}
        {!isOperator && <LiveMark />}
        <div className="who cluster across-3 apart">
          <span>
            <ActingPerson who={who} />
          </span>
          <SettingsMenu />
          <Button onClick={() => void signOut()}>{words.signOut}</Button>
        </div>
      </header>
      {who.development && (
        <p className="notice" role="note">
          {words.developmentSignIn}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {isOperator && shown !== '/operations' ? <Navigate to="/operations" replace /> : <Outlet />}
      </main>
      {/* A report gives its instants in UTC. */}
      {shown !== '/cases/$country/$reference/report' && (
        <footer className="zone quiet small">{words.timeZone(zoneName(words.tag, new Date(serverNowMs())))}</footer>
      )}
    </>
  )
}

/** Who was signed in is told that it is over: what was shown is of a session that there is no more. */
function SignedOut() {
  const words = useWords()
  return (
    <main className="blank">
      <div role={hasBegun ? 'alert' : undefined}>
        <h1>{hasBegun ? words.sessionEnded : 'Holdfast'}</h1>
        <p className="quiet">{hasBegun ? words.sessionEndedAgain : words.signInWhy}</p>
      </div>
      <Button kind="primary" onClick={() => signIn()}>
        {words.signIn}
      </Button>
    </main>
  )
}

export function NotFound() {
  const words = useWords()
  return (
    <div className="blank">
      <p>{words.notFound}</p>
      <Link to="/">{words.toBoard}</Link>
    </div>
  )
}
