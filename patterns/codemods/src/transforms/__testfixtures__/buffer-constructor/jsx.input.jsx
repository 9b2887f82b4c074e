export const Image = ({ text }) => <img data={new Buffer('x').toString('base64')} alt={text} />;
