import { Menu } from '@mantine/core'
import { useOpenedAtOnce } from '../ui/index.ts'
import { ExportButton } from './export-button.tsx'
import { type AskedUsage, usageExportUrl } from './usage-queries.ts'

/** The menu of files with its button, opened. */
export function ExportDropdown({ asked }: { asked: AskedUsage }) {
  const { target, menu } = useOpenedAtOnce()
  return (
    <Menu width={220} {...menu}>
      <Menu.Target>
        <ExportButton ref={target} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Every request that is shown</Menu.Label>
        <Menu.Item component="a" href={usageExportUrl(asked, 'csv')} download="usage.csv">
          CSV, for spreadsheets
        </Menu.Item>
        <Menu.Item component="a" href={usageExportUrl(asked, 'json')} download="usage.json">
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
