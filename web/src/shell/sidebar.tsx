import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { sessionQuery } from '../api/index.ts'
import { OrganisationSwitcher } from '../organisation/index.ts'
import { Brand } from './brand.tsx'
import { footPlaces, type Place, places, placesFor } from './navigation.ts'
import classes from './shell.module.css'

/** The way around; `onLeave` closes the drawer it is on phones. */
export function Sidebar({ onLeave }: { onLeave: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  return (
    <nav aria-label="Main" className={classes.places}>
      <Link to="/" className={classes.brand} onClick={onLeave}>
        <Brand />
      </Link>
      <OrganisationSwitcher onSwitched={onLeave} />
      {places.map((place) => (
        <PlaceLink key={place.to} place={place} onLeave={onLeave} />
      ))}
      <div className={classes.gap} />
      {placesFor(footPlaces, session?.user.role).map((place) => (
        <PlaceLink key={place.to} place={place} onLeave={onLeave} />
      ))}
    </nav>
  )
}

function PlaceLink({ place, onLeave }: { place: Place; onLeave: () => void }) {
  const { pathname } = useLocation()
  const isWithin = (path: string) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`))
  const isHere = [place.to, ...(place.holds ?? [])].some(isWithin)
  return (
    <Link
      to={place.to}
      className={classes.place}
      aria-current={isHere ? 'page' : undefined}
      onClick={onLeave}
    >
      <place.icon size={18} stroke={1.7} aria-hidden />
      {place.label}
    </Link>
  )
}
