import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './administration.module.css'

/** What is known of something, each beside its name. */
export const Facts = ({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className={classes.facts}>
    {facts.map(([name, value]) => (
      <div key={name} className={classes.fact}>
        <Text component="dt" size="sm" c="dimmed">
          {name}
        </Text>
        <Text component="dd" size="sm" className={classes.value}>
          {value}
        </Text>
      </div>
    ))}
  </dl>
)

/** Figures that are looked at first, each as a card. */
export const Figures = ({
  figures,
}: {
  figures: readonly { name: string; value: string; note?: string }[]
}) => (
  <dl className={classes.cards}>
    {figures.map(({ name, value, note }) => (
      <div key={name} className={classes.card}>
        <Text component="dt" size="sm" c="dimmed">
          {name}
        </Text>
        <dd className={classes.figure}>{value}</dd>
        <dd className={classes.note}>{note}</dd>
      </div>
    ))}
  </dl>
)
