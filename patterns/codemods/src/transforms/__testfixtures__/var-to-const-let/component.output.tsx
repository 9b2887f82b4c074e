import * as client from './client';

export function List({ rows }: { rows: string[] }) {
  const Item = client.Item;
  for (let i = 0; i < rows.length; i++) { const label = rows[i]; }
  const items = rows.map((row) => <Item key={row}>{row}</Item>);
  return <ul onClick={() => items}>{items}</ul>;
}
