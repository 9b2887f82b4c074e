import _ from 'lodash';
export const List = ({ rows }) => <ul>{_.map(['a', 'b'], (row) => <li key={row}>{_.isNil(rows) ? row : null}</li>)}</ul>;
