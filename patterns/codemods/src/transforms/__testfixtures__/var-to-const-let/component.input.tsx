import * as client from './client';

export function List({ rows }: { rows: string[] }) {
  var Item = client.Item;
  for (var i = 0; i < rows.length; i++) { var label = rows[i]; }
  var items = rows.map((row) => <Item key={row}>{row}</Item>);
  return <ul onClick={() => items}>{items}</ul>;
}
