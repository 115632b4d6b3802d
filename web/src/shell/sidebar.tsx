import { Link, useLocation } from '@tanstack/react-router'
import { Brand } from './brand.tsx'
import { places, settingsPlace } from './navigation.ts'
import classes from './shell.module.css'

/** The way around; `onLeave` closes the drawer it is on phones. */
export function Sidebar({ onLeave }: { onLeave: () => void }) {
  return (
    <nav aria-label="Main" className={classes.places}>
      <Link to="/" className={classes.brand} onClick={onLeave}>
        <Brand />
      </Link>
      {places.map((place) => (
        <PlaceLink key={place.to} place={place} onLeave={onLeave} />
      ))}
      <div className={classes.gap} />
      <PlaceLink place={settingsPlace} onLeave={onLeave} />
    </nav>
  )
}

function PlaceLink({ place, onLeave }: { place: typeof settingsPlace; onLeave: () => void }) {
  const { pathname } = useLocation()
  const root = place === settingsPlace ? '/settings' : place.to
  const isHere = pathname === root || (root !== '/' && pathname.startsWith(`${root}/`))
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
