"use strict";var _=require("lodash"),a=[1];module.exports=function(n){return _.isUndefined(n)?_.map(a,function(r){return r}):!_.isNull(n)};
