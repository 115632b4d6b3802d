import { Menu } from '@mantine/core'
import { useOpenedAtOnce } from '../ui/index.ts'
import { OtherModelsButton } from './other-models-button.tsx'

type OtherModelsMenuProps = { models: readonly string[]; onChoose: (model: string) => void }

/** The models that can answer the same question. */
export function OtherModelsMenu({ models, onChoose }: OtherModelsMenuProps) {
  const { target, menu } = useOpenedAtOnce()
  return (
    <Menu {...menu}>
      <Menu.Target>
        <OtherModelsButton ref={target} />
      </Menu.Target>
      <Menu.Dropdown mah="50dvh" style={{ overflowY: 'auto' }}>
        <Menu.Label>Answer beside this one</Menu.Label>
        {models.map((model) => (
          <Menu.Item key={model} onClick={() => onChoose(model)}>
            {model}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
