import { Tabs } from '@mantine/core'
import { type LinkProps, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import classes from './page-tabs.module.css'

/** One tab: a page of its own, with an address. */
export type PageTab = { path: NonNullable<LinkProps['to']>; label: string }

type PageTabsProps = { tabs: readonly PageTab[]; here: PageTab; children: ReactNode }

/** Pages that belong together, as tabs over the one in view. */
export function PageTabs({ tabs, here, children }: PageTabsProps) {
  const navigate = useNavigate()
  const list = useRef<HTMLDivElement>(null)
  // On a phone there are more tabs than fit.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is read from the page
  useEffect(() => {
    const chosen = list.current?.querySelector('[aria-selected=true]')
    chosen?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [here.path])
  return (
    <Tabs
      value={here.path}
      onChange={(path) => {
        const tab = tabs.find((each) => each.path === path)
        if (tab) void navigate({ to: tab.path })
      }}
      // With the arrows the focus moves alone; a tab is another page, and is gone to on purpose.
      activateTabWithKeyboard={false}
    >
      <Tabs.List ref={list} mb="lg" className={classes.list}>
        {tabs.map(({ path, label }) => (
          <Tabs.Tab key={path} value={path} className={classes.tab}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={here.path}>{children}</Tabs.Panel>
    </Tabs>
  )
}
