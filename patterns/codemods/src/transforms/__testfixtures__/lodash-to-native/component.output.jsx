export const List = ({ rows }) => <ul>{['a', 'b'].map((row) => <li key={row}>{rows == null ? row : null}</li>)}</ul>;
