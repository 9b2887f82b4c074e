export const Image = ({ text }) => <img data={Buffer.from('x').toString('base64')} alt={text} />;
