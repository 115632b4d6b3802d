/** What each row is of, and its figures. */
export const TableHead = ({ of, figures }: { of: string; figures: readonly string[] }) => (
  <thead>
    <tr>
      <th scope="col">{of}</th>
      {figures.map((figure) => (
        <th key={figure} scope="col" data-align="right">
          {figure}
        </th>
      ))}
    </tr>
  </thead>
)
