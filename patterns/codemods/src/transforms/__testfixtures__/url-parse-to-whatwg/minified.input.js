!function(){var u=require("url"),p=u.parse("http://a.com/b?c=1",!1),q=u.parse("http://a.com/b?c=1",false);console.log(p.path,q.path,q.query)}();
